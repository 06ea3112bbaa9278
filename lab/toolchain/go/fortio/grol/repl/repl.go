// Package repl stands in for the script language's prompt.
package repl

import (
	"io"

	"grol.io/grol/eval"
	"grol.io/grol/object"
)

type Options struct {
	ShowEval    bool
	PreInput    func(*eval.State)
	HistoryFile string
	MaxHistory  int
}

func Interactive(Options) int { return 1 }

func EvalAll(*eval.State, io.Reader, io.Writer, Options) []error {
	return []error{object.ErrNoScripts}
}
