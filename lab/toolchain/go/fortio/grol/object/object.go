// Package object stands in for the script language's values; the lab's fortio runs no scripts.
package object

import (
	"errors"
	"io"
)

// ErrNoScripts is what everything of the script language answers with.
var ErrNoScripts = errors.New("this fortio was built without its script language")

type Type int

const (
	STRING Type = iota
	MAP
)

type Object interface{ Inspect() string }

type String struct{ Value string }

func (s String) Inspect() string { return s.Value }

type Integer struct{ Value int64 }

func (Integer) Inspect() string { return "" }

type Boolean struct{ Value bool }

func (Boolean) Inspect() string { return "" }

var TRUE Object = Boolean{Value: true}

type Map struct{}

func (Map) Inspect() string           { return "" }
func (Map) JSON(io.Writer) error      { return ErrNoScripts }
func (Map) Get(Object) (Object, bool) { return nil, false }

func MakeQuad(_, _, _, _ Object) Object { return Map{} }

type Extension struct {
	Name      string
	MinArgs   int
	MaxArgs   int
	Help      string
	ArgTypes  []Type
	Callback  func(env any, name string, args []Object) Object
	DontCache bool
}
