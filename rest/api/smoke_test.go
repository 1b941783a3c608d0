package api_test

import "testing"

func TestSmoke(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	t.Logf("%+v", i)
}
