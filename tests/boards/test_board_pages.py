"""Pages of boards: the list, a board, its columns, what changed, and the stream."""


def test_a_board_shows_its_columns(scene, world, client):
    world.insight(scene.board, "A bus every ten minutes", group=0)
    client.sign_in(scene.ann)
    page = client.get(scene.at)
    assert page.status_code == 200, page.text
    assert "A bus every ten minutes" in page.text
