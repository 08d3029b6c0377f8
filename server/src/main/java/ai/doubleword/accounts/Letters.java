package ai.doubleword.accounts;

import ai.doubleword.mail.Letter;
import ai.doubleword.platform.Ids;
import ai.doubleword.platform.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What this package writes to people.
final class Letters {
    static final String INVITE = "invite";
    static final String PASSWORD_RESET = "password_reset";
    static final String ADDRESS_CHECK = "address_check";

    private static final String REGISTRATION = "registration";
    private static final String NOTICE = "security_notice";
    private static final String NOT_YOU = "If this was not you, set a new password now and look through your sessions"
            + " under Settings, or tell your administrator.";

    private Letters() {}

    static Letter invite(Invite invite, Secret token) {
        String organization = invite.organization().name();
        return new Letter(
                INVITE,
                Ids.format(Invite.PREFIX, invite.id()),
                invite.email(),
                "Join " + organization + " on Doubleword",
                List.of(
                        "You are invited to join " + organization + " as "
                                + invite.role().wire() + ".",
                        "The link works once, for seven days. If you do not know who invites you, leave this mail alone."),
                Optional.of(new Letter.Link("Answer the invite", "/invite/", token, invite.expires())));
    }

    static Letter passwordReset(User user, Secret token, Instant ends) {
        return new Letter(
                PASSWORD_RESET,
                topic(user),
                user.email(),
                "Set a new password",
                List.of(
                        "Somebody, probably you, asked for a new password for " + user.email() + ".",
                        "The link works once, for one hour. If it was not you, leave this mail alone: your password stays as"
                                + " it is."),
                Optional.of(new Letter.Link("Set a new password", AddressLinks.RESET_PATH, token, ends)));
    }

    static Letter registration(String email, Secret token, Instant ends) {
        return new Letter(
                REGISTRATION,
                "",
                email,
                "Finish signing up",
                List.of(
                        "Somebody, probably you, wants to use Doubleword as " + email + ".",
                        "The link works once, for 24 hours. If it was not you, leave this mail alone."),
                Optional.of(new Letter.Link("Choose a password", AddressLinks.REGISTER_PATH, token, ends)));
    }

    static Letter registeredAlready(User user) {
        return Letter.notice(
                REGISTRATION,
                topic(user),
                user.email(),
                "You have a user already",
                "Somebody, probably you, wanted to register " + user.email() + ", which has a user already.",
                "Sign in with it; if you forgot the password, the sign-in page sends a link to set a new one.");
    }

    static Letter addressCheck(User user, Secret token, Instant ends) {
        return new Letter(
                ADDRESS_CHECK,
                topic(user),
                user.email(),
                "Confirm your address",
                List.of(
                        "Confirm that " + user.email() + " is your address on Doubleword.",
                        "The link works once, for 24 hours. If you have no user there, leave this mail alone."),
                Optional.of(new Letter.Link("Confirm the address", AddressLinks.VERIFY_PATH, token, ends)));
    }

    /// Something about a user's sign-in changed.
    ///
    /// @param subject what, in a few words, as `Your password was changed`
    static Letter notice(User user, String subject) {
        return Letter.notice(NOTICE, topic(user), user.email(), subject, subject + ".", NOT_YOU);
    }

    private static String topic(User user) {
        return Ids.format(User.PREFIX, user.id());
    }
}
