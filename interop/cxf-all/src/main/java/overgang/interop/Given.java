package overgang.interop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of arguments, by the names that they have on the wire, in any case: of an element ("FormData") or of one in
 * another ("Form.EndUserSystemReference"), which goes before.
 */
final class Given {
    /** The value of what is left out. */
    static final Object ABSENT = new Object();

    private final Map<String, Object> values = new HashMap<>();

    private Given() {}

    static Given of(Object... namesAndValues) {
        return new Given().and(namesAndValues);
    }

    /** These values and others; the later of two with a name. */
    Given and(Object... namesAndValues) {
        Given both = new Given();
        both.values.putAll(values);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            both.values.put(((String) namesAndValues[i]).toLowerCase(), namesAndValues[i + 1]);
        }
        return both;
    }

    Given and(Given other) {
        Given both = and();
        both.values.putAll(other.values);
        return both;
    }

    /** The value of an element, or null when none is given. The path ends with its name. */
    Object find(List<String> path) {
        String name = path.get(path.size() - 1).toLowerCase();
        if (path.size() > 1) {
            Object value = values.get(path.get(path.size() - 2).toLowerCase() + "." + name);
            if (value != null) {
                return value;
            }
        }
        return values.get(name);
    }
}
