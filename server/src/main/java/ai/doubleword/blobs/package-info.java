/// Where large things are kept: input files, their indexes, result segments. Nothing rewrites a blob.
@NullMarked
package ai.doubleword.blobs;

import org.jspecify.annotations.NullMarked;
