package api

import "github.com/labstack/echo/v4"

// laterPrefix is where the later platform has its storage; these paths answer
// in its words whatever Accept says.
const laterPrefix = "/storage/api/v1/"

// registerLater serves the later platform's paths with the operations that
// they are other addresses of.
func registerLater(e *echo.Echo, w ServerInterfaceWrapper, guards map[string][]echo.MiddlewareFunc) {
	get := func(path string, h echo.HandlerFunc, operation string) {
		e.GET(laterPrefix+path, h, guards[operation]...)
	}
	const instance = "instances/:owner/:guid"
	get("instances", w.ListInstances, "listInstances")
	get(instance, w.GetInstance, "getInstance")
	get(instance+"/data/:dataGuid", w.GetContent, "getContent")
	get(instance+"/dataelements", w.ListElements, "listElements")
	get(instance+"/dataelements/:dataGuid", w.GetElement, "getElement")
	get(instance+"/events", w.ListInstanceEvents, "listInstanceEvents")
	get(instance+"/process", w.GetProcess, "getProcess")
	get(instance+"/process/history", w.GetProcessHistory, "getProcessHistory")
	get("applications", w.ListApplications, "listApplications")
	get("applications/:org/:app", w.GetApplication, "getApplication")
	e.DELETE(laterPrefix+instance, w.DeleteInstance, guards["deleteInstance"]...)
	e.POST(laterPrefix+instance+"/undelete", w.UndeleteInstance, guards["undeleteInstance"]...)
	e.POST(laterPrefix+instance+"/complete", w.CompleteInstance, guards["completeInstance"]...)
}
