package ai.doubleword.accounts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes `Firefox on Linux` of a `User-Agent`, so that a user recognizes a session. A guess that nothing depends
/// on.
final class DeviceName {
    /// First match wins: browsers name those that they are compatible with, too.
    private static final List<String[]> PROGRAMS = List.of(
            new String[] {"Edg/", "Edge"},
            new String[] {"OPR/", "Opera"},
            new String[] {"Firefox/", "Firefox"},
            new String[] {"Chrome/", "Chrome"},
            new String[] {"Safari/", "Safari"},
            new String[] {"curl/", "curl"});

    private static final List<String[]> SYSTEMS = List.of(
            new String[] {"Android", "Android"},
            new String[] {"iPhone", "iPhone"},
            new String[] {"iPad", "iPad"},
            new String[] {"Windows", "Windows"},
            new String[] {"Mac OS X", "macOS"},
            new String[] {"Linux", "Linux"});

    private DeviceName() {}

    static String of(@Nullable String userAgent) {
        if (userAgent == null) {
            return "Unknown device";
        }
        String program = first(PROGRAMS, userAgent, "Unknown browser");
        String system = first(SYSTEMS, userAgent, "");
        return system.isEmpty() ? program : program + " on " + system;
    }

    private static String first(List<String[]> names, String userAgent, String otherwise) {
        return names.stream()
                .filter(name -> userAgent.contains(name[0]))
                .map(name -> name[1])
                .findFirst()
                .orElse(otherwise);
    }
}
