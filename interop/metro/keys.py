"""keys.py WSDLS TO: writes TO/wsit-client.xml, by which Metro learns where the
certificate's key is. It takes that from policies of its own, private ones,
attached to the same bindings as the service's."""

import os
import re
import sys
from xml.sax.saxutils import quoteattr

KEYS = """<wsp:Policy wsu:Id="Keys"><wsp:ExactlyOne><wsp:All>
  <sc:KeyStore xmlns:sc="http://schemas.sun.com/2006/03/wss/client" xmlns:wspp="http://java.sun.com/xml/ns/wsit/policy"
    wspp:visibility="private" type="PKCS12" location=%s storepass=%s alias=%s/>
</wsp:All></wsp:ExactlyOne></wsp:Policy>""" % tuple(
    quoteattr(os.environ[name]) for name in ("ENTERPRISE_P12", "ENTERPRISE_P12_PASSWORD", "ENTERPRISE_P12_ALIAS")
)

wsdls, to = sys.argv[1:]
imports = []
for name in ("IntermediaryInboundExternalEC2", "ReceiptExternalEC2"):
    with open(f"{wsdls}/{name}.wsdl", encoding="utf-8") as f:
        text = f.read()
    text, policies = re.subn(r"<wsp:Policy wsu:Id.*</wsp:Policy>", lambda _: KEYS, text, count=1, flags=re.S)
    text, references = re.subn(r"<wsp:PolicyReference[^>]*>", '<wsp:PolicyReference URI="#Keys"/>', text)
    if not policies or not references:
        sys.exit(f"{name}: no policy")
    with open(f"{to}/{name}.xml", "w", encoding="utf-8") as f:
        f.write(text)
    space = re.search(r'targetNamespace="([^"]+)"', text).group(1)
    imports.append(f'<import location="{name}.xml" namespace="{space}"/>')
with open(f"{to}/wsit-client.xml", "w", encoding="utf-8") as f:
    f.write(f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name="keys">{"".join(imports)}</definitions>\n')
