module grol.io/grol

go 1.26.0
