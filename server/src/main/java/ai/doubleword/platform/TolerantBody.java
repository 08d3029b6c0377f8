package ai.doubleword.platform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.function.BiFunction;

/// For `@CustomDeserialization` on routes that existing clients call: fields of the body that nobody knows are passed
/// over there, for later clients send more. Within a known field they are refused as everywhere, for there they would
/// change its meaning.
public final class TolerantBody implements BiFunction<ObjectMapper, Type, ObjectReader> {
    @Override
    public ObjectReader apply(ObjectMapper mapper, Type type) {
        return mapper.reader()
                .withHandler(new PassOver(mapper.constructType(type).getRawClass()));
    }

    private static final class PassOver extends DeserializationProblemHandler {
        private final Class<?> body;

        PassOver(Class<?> body) {
            this.body = body;
        }

        @Override
        public boolean handleUnknownProperty(
                DeserializationContext context,
                JsonParser parser,
                JsonDeserializer<?> deserializer,
                Object beanOrClass,
                String property)
                throws IOException {
            if (!body.equals(beanOrClass) && !body.isInstance(beanOrClass)) {
                return false;
            }
            parser.skipChildren();
            return true;
        }
    }
}
