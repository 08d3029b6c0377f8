package ai.doubleword.platform;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// A word that only groups commands, as `keys` in `doubleword keys list`; alone it shows their help.
/// ```java
/// @Command(name = "keys", description = "API keys.", subcommands = {CreateKey.class, ListKeys.class})
/// public final class KeysCommand extends GroupCommand {}
/// ```
public abstract class GroupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 0;
    }
}
