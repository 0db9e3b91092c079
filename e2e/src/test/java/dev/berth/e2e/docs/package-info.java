/**
 * What the documents say is done: every command in a page is run, every manifest is applied, every
 * link leads somewhere.
 */
@NullMarked
package dev.berth.e2e.docs;

import org.jspecify.annotations.NullMarked;
