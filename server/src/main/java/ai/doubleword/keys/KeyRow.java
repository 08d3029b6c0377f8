package ai.doubleword.keys;

import ai.doubleword.console.Spark;
import ai.doubleword.limits.Rates;
import java.util.ArrayList;
import java.util.List;

/// A key as the list shows it.
///
/// @param start what it begins with
/// @param status in the word of [ApiKey#status]
/// @param works whether it can be changed, rotated, revoked
/// @param maker who made it, and for whom if that is another
/// @param mine whether it acts as the reader
/// @param spark its requests, day by day
public record KeyRow(ApiKey key, String start, String status, boolean works, String maker, boolean mine, Spark spark) {
    /// Whether the reader gets its secret by opening it.
    public boolean openable() {
        return mine && key.unopened() && works;
    }

    /// Whether it manages the account instead of calling models.
    public boolean platform() {
        return key.type() == KeyType.PLATFORM;
    }

    /// What it may do, in a few words.
    public String scope() {
        KeyScopes scopes = key.terms().scopes();
        List<String> parts = new ArrayList<>();
        scopes.rights().stream().sorted().forEach(parts::add);
        scopes.endpoints().stream().sorted().forEach(parts::add);
        if (!scopes.models().isEmpty()) {
            parts.add(
                    scopes.models().size() == 1
                            ? scopes.models().getFirst()
                            : scopes.models().size() + " models");
        }
        if (!scopes.addresses().isEmpty()) {
            parts.add(counted(scopes.addresses().size(), "address range"));
        }
        return parts.isEmpty() ? "All models" : String.join(", ", parts);
    }

    /// Its own limits, in a few words; empty if it has none.
    public String limits() {
        Rates rates = key.terms().rates();
        List<String> parts = new ArrayList<>();
        if (rates.requestsPerMinute() > 0) {
            parts.add(rates.requestsPerMinute() + " requests/min");
        }
        if (rates.tokensPerMinute() > 0) {
            parts.add(rates.tokensPerMinute() + " tokens/min");
        }
        if (rates.concurrentRequests() > 0) {
            parts.add(rates.concurrentRequests() + " at once");
        }
        return String.join(" · ", parts);
    }

    private static String counted(int count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
