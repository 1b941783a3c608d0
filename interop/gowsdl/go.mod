module overgang/interop/gowsdl

go 1.26

require github.com/hooklift/gowsdl v0.5.0
