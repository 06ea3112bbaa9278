// Package eval stands in for the script language's interpreter.
package eval

import (
	"context"

	"grol.io/grol/object"
)

type Terminal struct{}

func (*Terminal) Suspend() {}

func (*Terminal) Resume(parent context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(parent)
}

type State struct {
	Term    *Terminal
	Context context.Context
	Cancel  context.CancelFunc
}

func NewState() *State { return &State{} }

func (*State) Error(err error) object.Object { return object.String{Value: err.Error()} }

func (*State) Errorf(format string, _ ...any) object.Object { return object.String{Value: format} }

func EvalString(any, string, bool) (object.Object, error) { return nil, object.ErrNoScripts }
