// Package backup copies a data directory while a gateway uses it, and makes a
// data directory of such a copy.
//
// A backup is a folder, or the same as a tar file:
//
//	overgang.db     a snapshot of all rows
//	blobs/          the content that the snapshot refers to, all of it
//	secret, …       the keys and whatever other files lie in the data directory
//	backup.json     written last: without it the backup is not whole
package backup
