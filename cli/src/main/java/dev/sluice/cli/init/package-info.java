/** What is found out about a Deployment, and the policy that is drafted from it. */
@NullMarked
package dev.sluice.cli.init;

import org.jspecify.annotations.NullMarked;
