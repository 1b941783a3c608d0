// Package reporteeelementlist is the legacy service ReporteeElementList: a
// reportee's elements in one list, the forms of one of them, and deleting one.
// Elements are instances and messages, which the HTTP API lists and changes too.
package reporteeelementlist
