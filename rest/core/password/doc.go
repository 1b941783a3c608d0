// Package password hashes, verifies and makes passwords.
//
// Hashes are argon2id in the PHC string format
// ($argon2id$v=19$m=…,t=…,p=…$salt$hash), so that parameters can change
// without invalidating what is stored. Hashing is slow on purpose (about 30 ms
// of one core): callers bound how many run at once.
package password
