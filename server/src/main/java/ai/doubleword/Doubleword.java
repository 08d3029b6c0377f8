package ai.doubleword;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/// The program's entry point.
@QuarkusMain
public final class Doubleword {
    private Doubleword() {}

    public static void main(String... args) {
        Quarkus.run(args);
    }
}
