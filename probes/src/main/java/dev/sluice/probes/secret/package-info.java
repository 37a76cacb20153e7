/** Values that nobody but their receiver may see, and what is made of them. */
@NullMarked
package dev.sluice.probes.secret;

import org.jspecify.annotations.NullMarked;
