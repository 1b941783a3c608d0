package overgang.interop;

import static overgang.interop.Environment.get;

/** The ways in which a service was published, and who calls in each. */
enum Flavour {
    BASIC,
    WS,
    EC2;

    /** As the published table of endpoints writes it. */
    static Flavour of(String name) {
        return valueOf(name.toUpperCase());
    }

    /** Parameters and headers by which the caller logs in. */
    Given credentials() {
        return switch (this) {
            case BASIC -> person().and("systemUserName", get("SYSTEM_USER"), "systemPassword", get("SYSTEM_PASSWORD"));
            case WS -> person(); // the system's are in the UsernameToken
            case EC2 -> Given.of("userName", get("ENTERPRISE_USER"), "password", get("ENTERPRISE_PASSWORD"),
                    "userPassword", get("ENTERPRISE_PASSWORD"));
        };
    }

    /** Who receives the files that this flavour's caller sends: the caller may act for both. */
    String recipient() {
        return this == EC2 ? get("ORG") : get("BROKER_RECIPIENT");
    }

    private static Given person() {
        return Given.of("userSSN", get("PERSON_SSN"), "userPassword", get("PERSON_PASSWORD"),
                "userPinCode", get("PERSON_PIN"), "authMethod", "AltinnPin");
    }
}
