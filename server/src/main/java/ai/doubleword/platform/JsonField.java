package ai.doubleword.platform;

import com.fasterxml.jackson.databind.JsonMappingException;

/// Names the field of a JSON document that could not be read: `targets[0].provider`.
public final class JsonField {
    private JsonField() {}

    /// The field's path from the document's root; empty for the root itself.
    public static String of(JsonMappingException failure) {
        StringBuilder field = new StringBuilder();
        for (JsonMappingException.Reference step : failure.getPath()) {
            if (step.getFieldName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return field.toString();
    }
}
