"""The role that cites a recorded number."""

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from bookbuild.embed import missing
from bookbuild.embed.reference_values import script_of
from bookbuild.state import state_of


class ResultRole(SphinxRole):
    """Cite a recorded number: ``{result}`six_ways.error_fft:.1e```, the format being optional."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text, or say what is wrong with its name or its format."""
        name, _, spec = self.text.partition(":")
        script, state = script_of(name), state_of(self.env)
        output = state.outputs.get(script)
        results = output.results if output else state.recorded
        if name not in results:
            there = ", ".join(sorted(output.results)) or "nothing" if output else "no such script"
            return self._problem(f"no script has recorded {name!r}; {script}.py has {there}")
        if output:
            self.env.note_dependency(str(output.file))
        state.cited.setdefault(self.env.docname, set()).add(name)
        try:
            text = results[name].format(spec) + ("" if output else missing.MARK)
        except (TypeError, ValueError) as error:
            return self._problem(f"{name!r} cannot be written as {spec!r}: {error}")
        return [nodes.inline(self.rawtext, text, classes=["result"])], []

    def _problem(self, message: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        problem = self.inliner.reporter.error(message, line=self.lineno)
        return [self.inliner.problematic(self.rawtext, self.rawtext, problem)], [problem]
