package overgang.interop;

import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementRef;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How generated classes say what is on the wire. */
final class Wire {
    private static final Pattern BACKING = Pattern.compile("_x003C_(\\w+)_x003E_k__BackingField");

    private Wire() {}

    /** A class that wsdl2java made of a complex type. */
    static boolean isBean(Class<?> type) {
        return type.getName().startsWith(Generate.PACKAGES) && !type.isEnum();
    }

    /** The particles of a bean, those that it inherits first. */
    static List<Field> particles(Class<?> bean) {
        List<Field> list = new ArrayList<>();
        if (isBean(bean.getSuperclass())) {
            list.addAll(particles(bean.getSuperclass()));
        }
        for (Field field : bean.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                list.add(field);
            }
        }
        return list;
    }

    /** The local name of a particle, as people write it. */
    static String name(Field field) {
        XmlElement element = field.getAnnotation(XmlElement.class);
        XmlElementRef reference = field.getAnnotation(XmlElementRef.class);
        String name = field.getName();
        if (element != null && !element.name().equals("##default")) {
            name = element.name();
        } else if (reference != null) {
            name = reference.name();
        }
        Matcher backing = BACKING.matcher(name);
        return backing.matches() ? backing.group(1) : name;
    }

    /** The namespace of a particle that is a reference. */
    static String namespace(Field field) {
        return field.getAnnotation(XmlElementRef.class).namespace();
    }
}
