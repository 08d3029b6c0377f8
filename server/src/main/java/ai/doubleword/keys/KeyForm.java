package ai.doubleword.keys;

import static ai.doubleword.platform.FormFields.count;
import static ai.doubleword.platform.FormFields.lines;
import static ai.doubleword.platform.FormFields.number;
import static ai.doubleword.platform.FormFields.text;
import static ai.doubleword.platform.FormFields.whole;

import ai.doubleword.limits.RatesSpec;
import ai.doubleword.platform.AddressRange;
import ai.doubleword.platform.Tier;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A key's terms as a form has them: text, so that a form that was refused comes back as it was typed. What it asks for
/// is a [KeyRequest], like everything that comes by API.
///
/// @param chosen the boxes that are ticked, of endpoints, tiers and rights
/// @param member for whom in the organization it is made, `user_…`; empty for who makes it
/// @param shared whether all members of the organization see what is done with it
/// @param expires `never`, a number of days, or `date`
/// @param expiresOn the day, for `date`; the key works through all of it, in UTC
public record KeyForm(
        String name,
        String description,
        String type,
        Set<String> chosen,
        String models,
        String addresses,
        String labels,
        String requestsPerMinute,
        String tokensPerMinute,
        String concurrentRequests,
        String expires,
        String expiresOn,
        boolean cut,
        String member,
        boolean shared) {
    /// The form of a new key.
    static final KeyForm BLANK =
            new KeyForm("", "", "inference", Set.of(), "", "", "", "", "", "", "never", "", false, "", false);

    private static final List<String> ENDPOINTS =
            List.of("chat", "completions", "embeddings", "responses", "files", "batches", "models");

    /// Whether it is for a key that manages the account.
    boolean platform() {
        return type.equals("platform");
    }

    /// Whether a box is ticked.
    public boolean has(String box) {
        return chosen.contains(box);
    }

    /// The endpoints that can be chosen.
    public List<String> endpointBoxes() {
        return ENDPOINTS;
    }

    /// The rights that can be chosen.
    public List<String> rightBoxes() {
        return KeyRules.ALL_RIGHTS.stream().sorted().toList();
    }

    static KeyForm of(MultivaluedMap<String, String> form) {
        return new KeyForm(
                text(form, "name"),
                text(form, "description"),
                text(form, "type"),
                Set.copyOf(form.getOrDefault("box", List.of())),
                text(form, "models"),
                text(form, "addresses"),
                text(form, "labels"),
                text(form, "requests_per_minute"),
                text(form, "tokens_per_minute"),
                text(form, "concurrent_requests"),
                text(form, "expires"),
                text(form, "expires_on"),
                form.containsKey("cut"),
                text(form, "member"),
                form.containsKey("shared"));
    }

    static KeyForm of(ApiKey key) {
        KeyTerms terms = key.terms();
        KeyScopes scopes = terms.scopes();
        Instant expiry = terms.expiresAt();
        return new KeyForm(
                terms.name(),
                terms.description(),
                key.type() == KeyType.PLATFORM ? "platform" : "inference",
                java.util.stream.Stream.of(
                                scopes.endpoints().stream(),
                                scopes.rights().stream(),
                                scopes.tiers().stream().map(Tier::wire))
                        .flatMap(boxes -> boxes)
                        .collect(Collectors.toSet()),
                String.join("\n", scopes.models()),
                scopes.addresses().stream().map(AddressRange::toString).collect(Collectors.joining("\n")),
                new TreeMap<>(terms.labels())
                        .entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(Collectors.joining("\n")),
                number(terms.rates().requestsPerMinute()),
                number(terms.rates().tokensPerMinute()),
                number(terms.rates().concurrentRequests()),
                expiry == null ? "never" : "date",
                expiry == null ? "" : day(expiry),
                terms.cutStreams(),
                "",
                terms.shared());
    }

    /// The same form for a key whose type cannot change any more.
    KeyForm ofType(KeyType known) {
        return new KeyForm(
                name,
                description,
                known == KeyType.PLATFORM ? "platform" : "inference",
                chosen,
                models,
                addresses,
                labels,
                requestsPerMinute,
                tokensPerMinute,
                concurrentRequests,
                expires,
                expiresOn,
                cut,
                member,
                shared);
    }

    /// What the form asks for.
    ///
    /// @param before the key that it changes; null for a new one. What a form cannot show of it stays as it is
    KeyRequest request(@Nullable ApiKey before, Clock clock) {
        boolean platform = type.equals("platform");
        KeyScopes kept =
                before == null ? KeyScopes.UNRESTRICTED : before.terms().scopes();
        return new KeyRequest(
                name.strip(),
                description.strip(),
                platform ? "platform" : "inference",
                null,
                new KeyView.Scopes(
                        platform ? List.of() : boxes(ENDPOINTS, kept.endpoints()),
                        lines(models),
                        before == null
                                ? List.of()
                                : kept.tiers().stream().map(Tier::wire).toList(),
                        lines(addresses),
                        platform ? boxes(rightBoxes(), Set.of()) : List.of()),
                new RatesSpec(
                        count("requests_per_minute", requestsPerMinute),
                        whole("tokens_per_minute", tokensPerMinute, Long.MAX_VALUE),
                        count("concurrent_requests", concurrentRequests)),
                cut ? "cut" : "finish",
                labelMap(),
                shared ? "organization" : "maker",
                member.isBlank() ? null : member,
                expiry(before, clock));
    }

    /// The ticked ones, and those that the key has though no box stands for them.
    private List<String> boxes(List<String> shown, Set<String> kept) {
        return java.util.stream.Stream.concat(
                        shown.stream().filter(chosen::contains), kept.stream().filter(one -> !shown.contains(one)))
                .toList();
    }

    private @Nullable JsonNode expiry(@Nullable ApiKey before, Clock clock) {
        return switch (expires) {
            case "never", "" -> NullNode.getInstance();
            case "date" -> {
                Instant known = before == null ? null : before.terms().expiresAt();
                yield known != null && day(known).equals(expiresOn)
                        ? null
                        : TextNode.valueOf(endOf(expiresOn).toString());
            }
            default -> TextNode.valueOf(clock.instant().plus(days(expires)).toString());
        };
    }

    private static Duration days(String days) {
        return Duration.ofDays(whole("expires", days, 3_650));
    }

    private static Instant endOf(String day) {
        try {
            return LocalDate.parse(day).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw KeyView.invalid("expires_on", "Choose the day after which the key stops working.");
        }
    }

    private static String day(Instant expiry) {
        return expiry.minusMillis(1).atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    private Map<String, String> labelMap() {
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : lines(labels)) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw KeyView.invalid("labels", "A label is written name=value, one a line: '" + line + "' is not.");
            }
            found.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
        return found;
    }
}
