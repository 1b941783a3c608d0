package overgang.interop;

import jakarta.xml.bind.JAXBElement;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An answer, whatever classes it came in. Names are found in any case, depth first. */
record Tree(String name, Object value, List<Tree> children) {
    static final Tree NOTHING = new Tree("", null, List.of());

    static Tree of(Object answer) {
        return of("", answer);
    }

    private static Tree of(String name, Object value) {
        if (value instanceof JAXBElement<?> element) {
            return of(name, element.isNil() ? null : element.getValue());
        }
        List<Tree> children = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(item -> children.add(of(name, item)));
            return new Tree(name, null, children);
        }
        if (value == null || !Wire.isBean(value.getClass())) {
            return new Tree(name, value instanceof Enum<?> e ? Filler.wire(e) : value, children);
        }
        try {
            for (Field field : Wire.particles(value.getClass())) {
                children.add(of(Wire.name(field), field.get(value)));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return new Tree(name, null, children);
    }

    /** This node and all below. */
    Stream<Tree> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(Tree::all));
    }

    /** How many values there are. */
    long values() {
        return all().filter(t -> t.value != null).count();
    }

    /** The first value with the name, as text; "" when there is none. */
    String text(String wanted) {
        return all().filter(t -> t.name.equalsIgnoreCase(wanted) && t.value != null).map(t -> t.value.toString()).findFirst().orElse("");
    }

    /** The first value with the name, as a number; 0 when there is none. */
    int number(String wanted) {
        String text = text(wanted);
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    /** The value of a receipt's first reference of the type; "" when there is none. */
    String reference(String type) {
        Optional<Tree> found = all().filter(t -> t.children.stream()
                .anyMatch(c -> c.name.startsWith("ReferenceType") && type.equals(c.value))).findFirst();
        return found.map(t -> t.text("ReferenceValue")).orElse("");
    }
}
