"""What finished jobs tell of their workers' speed: one item for each processor and largest rung."""

from collections.abc import Mapping
from typing import Any

from roughcut.aws.effects import speed_key
from roughcut.aws.rows import key_item, plain, typed
from roughcut.aws.table import Table

_THOUSANDTHS = 1000


class SpeedNotes(Table):
    """Of one kind of processor, as `platform.machine()` names it."""

    def __init__(self, client: Any, table: str, machine: str) -> None:
        super().__init__(client, table)
        self._machine = machine

    def note(self, kind: str, place: int, ratios: Mapping[str, float]) -> None:
        """One update that needs no reading."""
        values = {f":{part}": round(ratio * _THOUSANDTHS) for part, ratio in ratios.items()}
        self._client.update_item(
            TableName=self._table,
            Key=key_item(speed_key(self._machine, kind)),
            UpdateExpression="SET " + ", ".join(f"#{part} = :{part}" for part in ratios),
            ExpressionAttributeNames={f"#{part}": f"{part}#{place}" for part in ratios},
            ExpressionAttributeValues=typed(values),
        )

    def learned(self, kind: str) -> dict[str, list[float]]:
        """By part, the ratios that jobs have noted."""
        key = key_item(speed_key(self._machine, kind))
        item = plain(self._client.get_item(TableName=self._table, Key=key).get("Item", {}))
        found: dict[str, list[float]] = {}
        for name, value in item.items():
            if "#" in name and value > 0:
                found.setdefault(name.partition("#")[0], []).append(float(value) / _THOUSANDTHS)
        return found
