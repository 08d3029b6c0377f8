package ai.doubleword.gateway;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Makes request bodies: valid JSON objects of every shape, spelling and spacing, the same for the same seed.
final class JsonBodies {
    private static final String[] OTHER_KEYS = {
        "messages", "temperature", "tools", "", "\u00e4\u00f6", "\ud83d\ude00", "x\\\"y", "models", "user", "top_p"
    };

    private final Random random;

    JsonBodies(Random random) {
        this.random = random;
    }

    /// A valid body, with `model` and any of the watched fields.
    String body() {
        List<String> members = new ArrayList<>();
        members.add(key("model") + string(name()));
        maybe(members, "stream", pick("true", "false", "null"));
        maybe(members, "stream_options", streamOptions());
        maybe(members, "max_tokens", pick("1", "17", "null", "4e2", "100.0"));
        maybe(members, "max_completion_tokens", pick("5", "2147483647"));
        maybe(members, "n", pick("1", "2", "128", "null"));
        maybe(members, "service_tier", pick("\"auto\"", "\"default\"", "null"));
        maybe(members, "background", pick("true", "{\"a\":[1,2]}", "false"));
        maybe(members, "store", pick("true", "false", "null", "\"x,}\""));
        maybe(members, "encoding_format", pick("\"float\"", "\"base64\"", "null"));
        Set<String> others = new LinkedHashSet<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            others.add(OTHER_KEYS[random.nextInt(OTHER_KEYS.length)]);
        }
        for (String other : others) {
            members.add(key(other) + value(0));
        }
        Collections.shuffle(members, random);
        StringBuilder body = new StringBuilder(space()).append('{').append(space());
        for (int i = 0; i < members.size(); i++) {
            body.append(i == 0 ? "" : space() + "," + space()).append(members.get(i));
        }
        return body.append(space()).append('}').append(space()).toString();
    }

    private void maybe(List<String> members, String name, String value) {
        if (random.nextInt(3) == 0) {
            members.add(key(name) + value);
        }
    }

    private String streamOptions() {
        return switch (random.nextInt(6)) {
            case 0 -> "null";
            case 1 -> "{" + space() + "}";
            case 2 -> "{" + key("include_usage") + pick("true", "false", "null") + space() + "}";
            case 3 -> "{" + space() + key("other") + value(1) + "}";
            case 4 -> "{" + key("other") + value(1) + "," + key("include_usage") + pick("true", "false") + "}";
            default -> "{" + key("include_usage") + "false," + space() + key("other") + value(1) + space() + "}";
        };
    }

    String value(int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> string(name());
            case 1 -> pick("0", "-1", "3.25", "1e9", "-0.0", "12345678901234567890");
            case 2 -> pick("true", "false");
            case 3 -> "null";
            case 4 -> "\"\\u0000\\n\\\\\\\"}{][,:\"";
            case 5 -> "[" + space() + value(depth + 1) + space() + "," + value(depth + 1) + "]";
            default -> "{" + key("model") + value(depth + 1) + space() + "," + key("k") + value(depth + 1) + "}";
        };
    }

    private String key(String name) {
        return string(name) + space() + ":" + space();
    }

    /// A string whose characters are escaped at random.
    private String string(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || (!Character.isSurrogate(c) && random.nextInt(12) == 0)) {
                json.append(String.format("\\u%04" + (random.nextBoolean() ? "x" : "X"), (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private String name() {
        return pick("gpt", "meta/llama-3:8b@x.y", "m\u00f6del", "\ud83e\udd99", "a\"b\\c", "x".repeat(300));
    }

    private String space() {
        return random.nextInt(3) > 0 ? "" : pick(" ", "\n", "\t \r\n");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
