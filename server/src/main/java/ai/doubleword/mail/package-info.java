/// Mails: an outbox in the database, written with what the mail is about, and the worker that sends from it.
@NullMarked
package ai.doubleword.mail;

import org.jspecify.annotations.NullMarked;
