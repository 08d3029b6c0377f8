package ai.doubleword.platform;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the whole numbers and yes-or-no of query parameters, and names the one that is neither: the frame itself would
/// answer that nothing is at the path. Numbers beyond the range of a type are its largest, or smallest.
@Provider
public final class QueryValues implements ParamConverterProvider {
    @Override
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            if (annotation instanceof QueryParam parameter) {
                Function<String, T> reader = reader(type, parameter.value());
                return reader == null ? null : new Converter<>(reader);
            }
        }
        return null;
    }

    private record Converter<T>(Function<String, T> reader) implements ParamConverter<T> {
        @Override
        public T fromString(String text) {
            return reader.apply(text);
        }

        @Override
        public String toString(T value) {
            return String.valueOf(value);
        }
    }

    @SuppressWarnings("unchecked") // a class of a primitive type casts nothing
    private static <T> @Nullable Function<String, T> reader(Class<T> type, String name) {
        Function<String, ?> reader;
        if (type == int.class || type == Integer.class) {
            reader = text ->
                    number(name, text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValueExact();
        } else if (type == long.class || type == Long.class) {
            reader = text -> number(name, text, Long.MIN_VALUE, Long.MAX_VALUE).longValueExact();
        } else if (type == boolean.class || type == Boolean.class) {
            reader = text -> yes(name, text);
        } else {
            return null;
        }
        return (Function<String, T>) reader;
    }

    private static BigInteger number(String name, String text, long least, long most) {
        if (!text.strip().matches("[+-]?[0-9]{1,30}")) {
            throw invalid(name, "'" + name + "' must be a whole number.");
        }
        return new BigInteger(text.strip()).min(BigInteger.valueOf(most)).max(BigInteger.valueOf(least));
    }

    private static Boolean yes(String name, String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(name, "'" + name + "' must be true or false.");
        };
    }

    private static ProblemException invalid(String name, String message) {
        return new ProblemException(Problem.ofParam(ErrorCode.INVALID_VALUE, name, message));
    }
}
