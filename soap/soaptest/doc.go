// Package soaptest writes secured messages for tests, as attackers write them:
// with signatures that are right over what is wrong. It signs with our own
// canonical XML; that what honest clients send is taken is shown with the
// messages of other stacks (testdata/wss, testdata/wssc, interop), never with these.
package soaptest
