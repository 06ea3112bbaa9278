// Package extensions stands in for the script language's set-up, which `fortio script` asks first.
package extensions

import "grol.io/grol/object"

type Config struct {
	HasLoad           bool
	HasSave           bool
	UnrestrictedIOs   bool
	LoadSaveEmptyOnly bool
}

func Init(*Config) error { return object.ErrNoScripts }

func MustCreate(object.Extension) {}
