package overgang.interop;

import jakarta.xml.bind.JAXBElement;
import jakarta.xml.bind.annotation.XmlEnumValue;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.namespace.QName;

/** Fills in arguments: with what is given, and everything else with something of its type. */
final class Filler {
    private final Given given;

    Filler(Given given) {
        this.given = given;
    }

    /** A value of the type for the element whose name ends the path; null where it is to be left out. */
    Object fill(Type type, List<String> path) throws ReflectiveOperationException {
        Object value = given.find(path);
        if (value == Given.ABSENT) {
            return null;
        }
        Class<?> raw = raw(type);
        if (raw == List.class) {
            return list(((ParameterizedType) type).getActualTypeArguments()[0], value, path);
        }
        if (Wire.isBean(raw)) {
            return bean(raw, path);
        }
        return leaf(raw, value != null ? value : made(raw, path.get(path.size() - 1)));
    }

    private Object list(Type item, Object value, List<String> path) throws ReflectiveOperationException {
        List<Object> list = new ArrayList<>();
        if (value instanceof List<?> values) {
            for (Object one : values) {
                list.add(leaf(raw(item), one));
            }
        } else {
            Object one = fill(item, path);
            if (one != null) {
                list.add(one);
            }
        }
        return list;
    }

    private Object bean(Class<?> type, List<String> path) throws ReflectiveOperationException {
        Object bean = type.getConstructor().newInstance();
        for (Field field : Wire.particles(type)) {
            List<String> at = new ArrayList<>(path);
            at.add(Wire.name(field));
            if (path.contains(at.get(at.size() - 1))) {
                continue; // receipts have sub-receipts: once is enough
            }
            field.set(bean, particle(field, at));
        }
        return bean;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object particle(Field field, List<String> path) throws ReflectiveOperationException {
        if (field.getType() != JAXBElement.class) {
            return fill(field.getGenericType(), path);
        }
        Type type = ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
        Object value = fill(type, path);
        return value == null ? null : new JAXBElement(new QName(Wire.namespace(field), path.get(path.size() - 1)), raw(type), value);
    }

    private static Class<?> raw(Type type) {
        if (type instanceof ParameterizedType p) {
            return (Class<?>) p.getRawType();
        }
        Class<?> raw = (Class<?>) type;
        if (!raw.isPrimitive()) {
            return raw;
        }
        return raw == int.class ? Integer.class : raw == boolean.class ? Boolean.class : raw == long.class ? Long.class : raw;
    }

    /** Something of the type, where nothing is given. */
    private static Object made(Class<?> type, String name) {
        if (type == String.class) {
            return name;
        }
        if (type == Boolean.class) {
            return false;
        }
        if (type == byte[].class) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        if (type == XMLGregorianCalendar.class) {
            return OffsetDateTime.now(ZoneOffset.UTC);
        }
        if (type.isEnum()) {
            Object[] all = type.getEnumConstants();
            return wire((Enum<?>) all[wire((Enum<?>) all[0]).equals("NotSet") ? 1 : 0]);
        }
        return 1;
    }

    /** The value as the generated class wants it. */
    private static Object leaf(Class<?> type, Object value) throws ReflectiveOperationException {
        if (type.isInstance(value)) {
            return value;
        }
        String text = value.toString();
        if (type == String.class) {
            return text;
        }
        if (type.isEnum()) {
            return type.getMethod("fromValue", String.class).invoke(null, text);
        }
        if (type == XMLGregorianCalendar.class) {
            return calendar((OffsetDateTime) value);
        }
        if (type == Integer.class) {
            return Integer.valueOf(text);
        }
        if (type == Long.class) {
            return Long.valueOf(text);
        }
        if (type == Short.class) {
            return Short.valueOf(text);
        }
        if (type == Boolean.class) {
            return Boolean.valueOf(text);
        }
        if (type == BigDecimal.class) {
            return new BigDecimal(text);
        }
        throw new IllegalArgumentException("no " + type + " of " + value.getClass());
    }

    private static XMLGregorianCalendar calendar(OffsetDateTime time) {
        try {
            return DatatypeFactory.newInstance().newXMLGregorianCalendar(time.truncatedTo(ChronoUnit.MILLIS).toString());
        } catch (DatatypeConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A value of an enumeration as it is written. */
    static String wire(Enum<?> value) {
        try {
            XmlEnumValue written = value.getDeclaringClass().getField(value.name()).getAnnotation(XmlEnumValue.class);
            return written == null ? value.name() : written.value();
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
