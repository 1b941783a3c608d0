"""The schemas that an endpoint serves, as libxml2 reads them: what is sent and
answered is held against them, whatever zeep makes of it."""

from lxml import etree
from requests_toolbelt.multipart.decoder import MultipartDecoder

XSD = "{http://www.w3.org/2001/XMLSchema}"
INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
SOAP = ("{http://schemas.xmlsoap.org/soap/envelope/}", "{http://www.w3.org/2003/05/soap-envelope}")


class Schemas:
    """All schemas of one endpoint, in one."""

    def __init__(self, session, url):
        documents, number = {}, 0
        while True:
            at = f"{url}?xsd=xsd{number}"
            answer = session.get(at)
            if not answer.ok:
                break
            documents[at] = answer.content
            number += 1
        if not documents:
            raise LookupError(f"{url} serves no schemas")
        parser = etree.XMLParser()
        parser.resolvers.add(Served(documents))
        every = etree.Element(XSD + "schema", nsmap={"xsd": XSD[1:-1]})
        for at, text in documents.items():
            namespace = etree.fromstring(text).get("targetNamespace")
            etree.SubElement(every, XSD + "import", namespace=namespace, schemaLocation=at)
        self.schema = etree.XMLSchema(etree.fromstring(etree.tostring(every), parser))

    def findings(self, message, content_type):
        """What is wrong with the body of a message, or with the detail of its fault."""
        root = etree.fromstring(root_part(message, content_type))
        wrong = []
        for part in parts(root):
            for include in list(part.iter(INCLUDE)):
                include.getparent().remove(include)  # base64 once it is unpacked
            if not self.schema.validate(etree.fromstring(etree.tostring(part))):
                wrong.append(str(self.schema.error_log.last_error))
        return wrong


class Served(etree.Resolver):
    def __init__(self, documents):
        self.documents = documents

    def resolve(self, url, public_id, context):
        return self.resolve_string(self.documents[url], context, base_url=url)


def parts(envelope):
    """What the contract describes: the body's element or the details of its fault."""
    for soap in SOAP:
        for body in envelope.findall(soap + "Body"):
            fault = body.find(soap + "Fault")
            if fault is None:
                yield from body
                continue
            for detail in fault.findall("detail") + fault.findall(soap + "Detail"):
                yield from detail


def root_part(message, content_type):
    if "multipart/" not in content_type.lower():
        return message
    return MultipartDecoder(message, content_type).parts[0].content
