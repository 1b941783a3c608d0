// Package storetest is the suite that every driver of package store passes:
// [Run] for rows, [RunBlobs] for content. It checks the interfaces' comments,
// method by method, with their edges.
package storetest
