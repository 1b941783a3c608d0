package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.bind.JAXBElement;
import javax.xml.namespace.QName;

/** GetAuthenticationChallenge. */
final class Challenges {
    private static final String TYPES = "http://schemas.altinn.no/services/Authentication/2009/10";

    private Challenges() {}
}
