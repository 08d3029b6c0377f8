/// Files as users know them: upload, list, content, expiry; and their lines, for batches.
@NullMarked
package ai.doubleword.batch.files;

import org.jspecify.annotations.NullMarked;
