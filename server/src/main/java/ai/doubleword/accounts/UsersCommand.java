package ai.doubleword.accounts;

import ai.doubleword.accounts.UsersCommand.Create;
import ai.doubleword.accounts.UsersCommand.Disable;
import ai.doubleword.accounts.UsersCommand.Enable;
import ai.doubleword.accounts.UsersCommand.Erase;
import ai.doubleword.accounts.UsersCommand.Link;
import ai.doubleword.accounts.UsersCommand.ListUsers;
import ai.doubleword.accounts.UsersCommand.SetRole;
import ai.doubleword.accounts.UsersCommand.Show;
import ai.doubleword.platform.CommandFailedException;
import ai.doubleword.platform.CommandOutput;
import ai.doubleword.platform.CommandOutput.Column;
import ai.doubleword.platform.GroupCommand;
import ai.doubleword.platform.OperatorClient;
import ai.doubleword.platform.OperatorCommand;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `doubleword users …`: who may sign in.
@Command(
        name = "users",
        description = "List, make and change users.",
        subcommands = {
            ListUsers.class,
            Show.class,
            Create.class,
            Link.class,
            Disable.class,
            Enable.class,
            SetRole.class,
            Erase.class
        })
public final class UsersCommand extends GroupCommand {
    private static final String USERS = "/admin/api/v1/users";

    /// `doubleword users list`.
    @Command(name = "list", description = "List users.")
    static final class ListUsers extends OperatorCommand {
        @Option(
                names = "--search",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "Part of a name or an address.")
        private String search;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                defaultValue = "all",
                description = "all, administrators, unclaimed or disabled. Default: all.")
        private String state;

        @Option(
                names = "--sort",
                paramLabel = "COLUMN",
                defaultValue = "name",
                description = "name, email, role, seen or created; with - the other way round. Default: name.")
        private String sort;

        @Option(names = "--skip", paramLabel = "N", defaultValue = "0", description = "How many to leave out.")
        private int skip;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.table(
                    server.get(USERS + "?limit=100&skip=" + skip + "&q=" + OperatorClient.encoded(search) + "&state="
                                    + OperatorClient.encoded(state) + "&sort=" + OperatorClient.encoded(sort))
                            .path("data"),
                    "No users.",
                    Column.of("ID", "id"),
                    Column.of("NAME", "username"),
                    Column.of("ADDRESS", "email"),
                    Column.of("ROLE", "role"),
                    Column.of("DISABLED", "disabled"),
                    Column.of("SEEN", "last_seen_at"));
        }
    }

    /// Commands on one user.
    abstract static class OnUser extends OperatorCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "The user's id: user_…")
        private String id;

        String path() {
            return USERS + "/" + id;
        }
    }

    /// `doubleword users show`.
    @Command(name = "show", description = "Show a user with organizations, keys and signed-in browsers.")
    static final class Show extends OnUser {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.details(server.get(path()));
        }
    }

    /// `doubleword users create`.
    @Command(name = "create", description = "Make a user, and a one-time link that sets the password.")
    static final class Create extends OperatorCommand {
        @Parameters(paramLabel = "ADDRESS", description = "The mail address.")
        private String email;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "user",
                description = "administrator, billing_manager, auditor or user. Default: user.")
        private String role;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            show(server.post(USERS, Map.of("email", email, "role", role)), output);
        }
    }

    /// `doubleword users link`.
    @Command(name = "link", description = "Make a one-time link that sets a user's password.")
    static final class Link extends OnUser {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            show(server.post(path() + "/link", Map.of()), output);
        }
    }

    /// `doubleword users disable`.
    @Command(name = "disable", description = "Sign a user out everywhere and refuse the user's keys.")
    static final class Disable extends OnUser {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.patch(path(), Map.of("disabled", true)), "Disabled.");
        }
    }

    /// `doubleword users enable`.
    @Command(name = "enable", description = "Let a disabled user in again.")
    static final class Enable extends OnUser {
        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.patch(path(), Map.of("disabled", false)), "Enabled.");
        }
    }

    /// `doubleword users role`.
    @Command(name = "role", description = "Change the platform role of a user.")
    static final class SetRole extends OnUser {
        @Parameters(index = "1", paramLabel = "ROLE", description = "administrator, billing_manager, auditor or user.")
        private String role;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            output.said(server.patch(path(), Map.of("role", role)), "Changed.");
        }
    }

    /// `doubleword users erase`.
    @Command(
            name = "erase",
            description = "Erase a user for good: personal data and payloads go, usage and audit log keep the id.")
    static final class Erase extends OnUser {
        @Option(names = "--yes", description = "Really do it: this cannot be undone.")
        private boolean sure;

        @Override
        protected void run(OperatorClient server, CommandOutput output) {
            if (!sure) {
                throw new CommandFailedException("Erasing cannot be undone.", "If you mean it, add --yes.");
            }
            output.said(server.delete(path()), "Erased.");
        }
    }

    private static void show(JsonNode user, CommandOutput output) {
        output.said(user, user.path("url").asText());
        output.note("The link sets the password of " + user.path("email").asText()
                + ". It works once, within 24 hours; links made before do not work any more.");
    }
}
