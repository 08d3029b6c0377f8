package ai.doubleword.platform;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Lets every setting of ours be kept in a file of its own: where `doubleword.x` is not set but `doubleword.x-file` is
/// (`DOUBLEWORD_X_FILE`), its value is what that file holds, without the line end. Made for secrets, as Docker and
/// Kubernetes mount them.
@Priority(Priorities.LIBRARY + 500)
public final class SecretFileInterceptor implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1L;

    static final String SUFFIX = "-file";

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (!name.startsWith(ConfigurationSource.PREFIX)
                || name.endsWith(SUFFIX)
                || (value != null && value.getConfigSourceOrdinal() > Integer.MIN_VALUE && !isEmpty(value))) {
            return value;
        }
        ConfigValue file = context.proceed(name + SUFFIX);
        if (file == null || isEmpty(file)) {
            return value;
        }
        try {
            String text = Files.readString(Path.of(file.getValue())).stripTrailing();
            return file.from().withName(name).withValue(text).build();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    name + SUFFIX + " names " + file.getValue() + ", which cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isEmpty(ConfigValue value) {
        return value.getValue() == null || value.getValue().isEmpty();
    }
}
