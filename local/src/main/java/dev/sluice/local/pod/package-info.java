/** Pods as processes: started, asked whether they are ready, started again, ended gracefully. */
@NullMarked
package dev.sluice.local.pod;

import org.jspecify.annotations.NullMarked;
