package ai.doubleword.models;

import ai.doubleword.platform.ErrorCode;
import ai.doubleword.platform.Problem;
import ai.doubleword.platform.ProblemException;
import ai.doubleword.platform.Tier;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a model's settings may be. Each method answers the value in force, or throws `invalid_value`.
final class ModelRules {
    private ModelRules() {}

    static String name(@Nullable String name) {
        if (name == null || !name.matches("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254}") || name.contains("//")) {
            throw invalid(
                    "name",
                    "must be 1 to 255 letters, digits, or of '. _ : / @ + -', and begin with a letter or digit");
        }
        return name;
    }

    static ModelType type(String type) {
        for (ModelType known : ModelType.values()) {
            if (known.wire().equals(type)) {
                return known;
            }
        }
        throw invalid("type", "must be chat, embedding or rerank");
    }

    static Route.Policy policy(String policy) {
        return switch (policy) {
            case "priority" -> Route.Policy.PRIORITY;
            case "weighted" -> Route.Policy.WEIGHTED;
            default -> throw invalid("policy", "must be priority or weighted");
        };
    }

    static Set<Tier> tiers(List<String> wire) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        for (String tier : wire) {
            try {
                tiers.add(Tier.valueOf(tier.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw invalid("tiers", "must be of realtime, flex, batch and background");
            }
        }
        if (tiers.isEmpty()) {
            throw invalid("tiers", "must hold at least one");
        }
        return tiers;
    }

    static String description(String text) {
        if (text.length() > 4_000) {
            throw invalid("description", "must have at most 4000 characters");
        }
        return text;
    }

    static void group(String name) {
        if (name.isBlank() || name.length() > 64) {
            throw invalid("groups", "must be names of 1 to 64 characters");
        }
    }

    static List<String> capabilities(List<String> capabilities) {
        for (String capability : capabilities) {
            if (!capability.matches("[a-z0-9][a-z0-9_-]{0,63}")) {
                throw invalid("capabilities", "must be words such as tools, json_schema, vision, reasoning");
            }
        }
        return capabilities.stream().distinct().sorted().toList();
    }

    static <T extends Number> T atLeast(int least, String param, T number) {
        if (number.longValue() < least) {
            throw invalid(param, "must be at least " + least);
        }
        return number;
    }

    static ProblemException invalid(String param, String rule) {
        return new ProblemException(
                Problem.ofParam(ErrorCode.INVALID_VALUE, param, "The model's " + param + " " + rule + "."));
    }
}
