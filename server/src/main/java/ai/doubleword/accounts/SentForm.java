package ai.doubleword.accounts;

import jakarta.enterprise.context.RequestScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.core.multipart.FormData;
import org.jspecify.annotations.Nullable;

/// The form that a signed-in browser has sent with the request under way, so that it can be sent again after a question
/// in between.
@RequestScoped
public class SentForm {
    private @Nullable FormData form;

    /// A field as it was sent; names may come more than once.
    public record Field(String name, String value) {}

    void set(@Nullable FormData read) {
        form = read;
    }

    /// The first value of a field, if it was sent.
    Optional<String> first(String name) {
        return fields().stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    /// The fields, but for files.
    List<Field> fields() {
        List<Field> found = new ArrayList<>();
        if (form != null) {
            for (String name : form) {
                form.get(name).stream()
                        .filter(value -> !value.isFileItem())
                        .forEach(value -> found.add(new Field(name, value.getValue())));
            }
        }
        return found;
    }
}
