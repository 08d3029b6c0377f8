/// What requests and their answers held, for accounts that want it kept (S-20): encrypted, for as long as they say.
@NullMarked
package ai.doubleword.payloads;

import org.jspecify.annotations.NullMarked;
