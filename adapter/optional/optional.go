// Package optional is values that legacy answers leave out, or have as nil, where
// there are none.
package optional

// Of is nil for the zero value, which the old services had none for.
func Of[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
