package overgang.interop;

import static overgang.interop.Environment.get;

import jakarta.xml.bind.JAXBElement;
import javax.xml.namespace.QName;
import overgang.authentication.SystemAuthenticationSI;
import overgang.authentication.types.AuthenticationChallengeBE;
import overgang.authentication.types.AuthenticationChallengeRequestBE;
import overgang.authentication.types.ChallengeRequestResult;

/** GetAuthenticationChallenge. */
final class Challenges {
    private static final String TYPES = "http://schemas.altinn.no/services/Authentication/2009/10";

    private Challenges() {}

    static void check(Checks checks) throws Exception {
        AuthenticationChallengeRequestBE request = new AuthenticationChallengeRequestBE();
        request.setAuthMethod(text("AuthMethod", "AltinnPin"));
        request.setSystemUserName(text("SystemUserName", get("SYSTEM_USER")));
        request.setUserPassword(text("UserPassword", get("PERSON_PASSWORD")));
        request.setUserSSN(text("UserSSN", get("PERSON_SSN")));
        AuthenticationChallengeBE challenge = new SystemAuthenticationSI()
                .getBasicHttpBindingISystemAuthenticationExternal()
                .getAuthenticationChallenge(request);
        checks.that("challenge is Ok", challenge.getStatus() == ChallengeRequestResult.OK, challenge.getStatus());
        String message = challenge.getMessage().getValue();
        checks.that("challenge names a code", message.split(" ")[2].matches("\\d+"), message);
    }

    private static JAXBElement<String> text(String name, String value) {
        return new JAXBElement<>(new QName(TYPES, name), String.class, value);
    }
}
