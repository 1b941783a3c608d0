package overgang.interop;

import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.WebEndpoint;
import jakarta.xml.ws.WebFault;
import jakarta.xml.ws.WebServiceClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.cxf.frontend.ClientProxy;

/** The generated client of a document. It validates what it sends and what it gets against the document's schemas. */
final class Client {
    private final Document document;
    private final Object port;
    private final Map<String, Method> methods = new HashMap<>();

    Client(Document document, Path classes) throws Exception {
        this.document = document;
        Class<?> service = null;
        Class<?> contract = null;
        for (Class<?> type : generated(document, classes)) {
            if (type.isAnnotationPresent(WebServiceClient.class)) {
                service = type;
            } else if (type.isAnnotationPresent(WebService.class)) {
                contract = type;
            }
        }
        for (Method method : contract.getMethods()) {
            methods.put(method.getAnnotation(WebMethod.class).operationName(), method);
        }
        Object made = service.getConstructor(URL.class).newInstance(document.file().toUri().toURL());
        Method getter = Arrays.stream(service.getMethods())
                .filter(m -> m.isAnnotationPresent(WebEndpoint.class) && m.getParameterCount() == 0).findFirst().orElseThrow();
        port = secured(getter.invoke(made));
        ClientProxy.getClient(port).getEndpoint().put("schema-validation-enabled", "BOTH");
    }

    private static List<Class<?>> generated(Document document, Path classes) throws Exception {
        Path folder = classes.resolve(document.packages().replace('.', '/'));
        try (Stream<Path> files = Files.walk(folder)) {
            List<Class<?>> list = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(file).toString().replace(".class", "").replace('/', '.');
                list.add(Class.forName(name, false, Client.class.getClassLoader()));
            }
            return list;
        }
    }

    private Object secured(Object made) {
        Object at = switch (document.flavour()) {
            case BASIC -> Ports.basic(made, document.path());
            case WS -> Ports.ws(made, document.path());
            case EC2 -> Ports.ec2(made, document.path());
        };
        return document.streamed() ? Ports.streamed(at) : at;
    }

    /** Calls an operation at an address of the gateway, which may be another than the document's. */
    Tree call(String operation, Given given, String path) throws Throwable {
        Method method = methods.get(operation);
        Parameter[] parameters = method.getParameters();
        Object[] arguments = new Object[parameters.length];
        Filler filler = new Filler(given);
        for (int i = 0; i < arguments.length; i++) {
            String name = parameters[i].getAnnotation(WebParam.class).name();
            arguments[i] = filler.fill(parameters[i].getParameterizedType(), List.of(name));
        }
        Map<String, Object> context = ((BindingProvider) port).getRequestContext();
        String address = (String) context.get(BindingProvider.ENDPOINT_ADDRESS_PROPERTY);
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, URI.create(address).resolve(path).toString());
        try {
            return Tree.of(method.invoke(port, arguments));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Says that an operation answers nothing. */
    boolean answersNothing(String operation) {
        return methods.get(operation).getReturnType() == void.class;
    }

    /** The detail of the fault that an operation declares, or null when the exception is something else. */
    static Tree declaredFault(Throwable thrown) throws ReflectiveOperationException {
        WebFault fault = thrown.getClass().getAnnotation(WebFault.class);
        if (fault == null || !fault.name().equals("AltinnFault")) {
            return null;
        }
        return Tree.of(thrown.getClass().getMethod("getFaultInfo").invoke(thrown));
    }
}
