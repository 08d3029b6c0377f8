/// Models by hand: chat and embeddings from the console. Calls go through the gateway's one verb, as the signed-in user
/// in the account of the page. Nothing of a conversation is kept here: its history lives in the browser.
@NullMarked
package ai.doubleword.playground;

import org.jspecify.annotations.NullMarked;
