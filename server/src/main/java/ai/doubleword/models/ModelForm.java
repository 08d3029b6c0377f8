package ai.doubleword.models;

import static ai.doubleword.platform.FormFields.count;
import static ai.doubleword.platform.FormFields.lines;
import static ai.doubleword.platform.FormFields.number;
import static ai.doubleword.platform.FormFields.text;

import ai.doubleword.platform.Tier;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A model and its route as a form has them: text, so that a form that was refused comes back as it was typed.
/// What it asks for is a [ModelSpec], like everything that comes by API.
///
/// @param tiers those that are ticked
/// @param targets where it runs, and blank ones to fill in; one without a provider is none
public record ModelForm(
        String name,
        String type,
        String description,
        String capabilities,
        String contextLength,
        String maxOutput,
        Set<String> tiers,
        String groups,
        boolean hidden,
        String policy,
        List<TargetFields> targets) {
    private static final int BLANKS = 2;

    /// The form of a new model.
    static final ModelForm BLANK = new ModelForm(
            "", "chat", "", "", "", "", Set.copyOf(allTiers()), "", false, "priority", withBlanks(List.of()));

    public ModelForm {
        tiers = Set.copyOf(tiers);
        targets = List.copyOf(targets);
    }

    /// A place where the model runs.
    public record TargetFields(String provider, String upstream, String weight, String priority, String concurrency) {
        static final TargetFields BLANK = new TargetFields("", "", "", "", "");
    }

    /// Whether a tier is ticked.
    public boolean sells(String tier) {
        return tiers.contains(tier);
    }

    /// The types that can be chosen.
    public List<String> types() {
        return Arrays.stream(ModelType.values()).map(ModelType::wire).toList();
    }

    /// The tiers that can be ticked.
    public List<String> tierBoxes() {
        return allTiers();
    }

    static ModelForm of(MultivaluedMap<String, String> form) {
        List<String> providers = form.getOrDefault("provider", List.of());
        return new ModelForm(
                text(form, "name"),
                text(form, "type"),
                text(form, "description"),
                text(form, "capabilities"),
                text(form, "context_length"),
                text(form, "max_output"),
                Set.copyOf(form.getOrDefault("tier", List.of())),
                text(form, "groups"),
                form.containsKey("hidden"),
                text(form, "policy"),
                IntStream.range(0, providers.size())
                        .mapToObj(i -> new TargetFields(
                                providers.get(i),
                                at(form, "upstream", i),
                                at(form, "weight", i),
                                at(form, "priority", i),
                                at(form, "concurrency", i)))
                        .toList());
    }

    static ModelForm of(ModelEntry model) {
        return new ModelForm(
                model.name(),
                model.type().wire(),
                model.description(),
                String.join(", ", model.capabilities()),
                number(model.contextLength()),
                number(model.maxOutput()),
                model.tiers().stream().map(Tier::wire).collect(Collectors.toSet()),
                String.join("\n", model.groups().keySet()),
                model.hidden(),
                model.policy().name().toLowerCase(Locale.ROOT),
                withBlanks(model.targets().stream()
                        .map(target -> new TargetFields(
                                target.providerName(),
                                target.upstreamModel(),
                                Integer.toString(target.weight()),
                                Integer.toString(target.priority()),
                                number(target.concurrency())))
                        .toList()));
    }

    /// What the form asks for, whole: what it leaves empty is empty.
    ///
    /// @throws ai.doubleword.platform.ProblemException `invalid_value` for what is no number
    ModelSpec spec() {
        List<ModelSpec.TargetSpec> route = new ArrayList<>();
        for (TargetFields target : targets) {
            if (!target.provider().isBlank()) {
                route.add(new ModelSpec.TargetSpec(
                        target.provider(),
                        target.upstream().isBlank() ? null : target.upstream().strip(),
                        orAbsent("weight", target.weight()),
                        orAbsent("priority", target.priority()),
                        count("concurrency", target.concurrency())));
            }
        }
        return new ModelSpec(
                name.strip(),
                type,
                description.strip(),
                lines(capabilities),
                count("context_length", contextLength),
                count("max_output", maxOutput),
                null,
                List.copyOf(tiers),
                lines(groups),
                hidden,
                policy,
                route,
                null);
    }

    private static @Nullable Integer orAbsent(String field, String text) {
        return text.isBlank() ? null : count(field, text);
    }

    private static String at(MultivaluedMap<String, String> form, String field, int i) {
        List<String> values = form.getOrDefault(field, List.of());
        return i < values.size() ? values.get(i) : "";
    }

    private static List<TargetFields> withBlanks(List<TargetFields> targets) {
        return Stream.concat(
                        targets.stream(),
                        Stream.generate(() -> TargetFields.BLANK).limit(BLANKS))
                .toList();
    }

    private static List<String> allTiers() {
        return Arrays.stream(Tier.values()).map(Tier::wire).toList();
    }
}
