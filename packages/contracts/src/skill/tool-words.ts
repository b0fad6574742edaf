/** What happens when a skill uses a tool, in words for the person who grants it, by the name of the tool. */
export const toolConsequences: Readonly<Record<string, string>> = {
  'csv.parse': 'The host reads text as a CSV table for the skill.',
  'csv.stringify': 'The host writes rows as CSV text for the skill.',
  'image.info': 'The host tells the format and size of images in the workspace of the run.',
  'image.resize': 'The host makes smaller or other images of those in the workspace of the run.',
  'json.parse': 'The host reads JSON text for the skill.',
  'json.query': 'The host searches values for the skill.',
  'json.stringify': 'The host writes values as JSON text for the skill.',
  'json.validate': 'The host checks values against a schema for the skill.',
  'markdown.toHtml': 'The host turns Markdown into HTML without scripts.',
  'pdf.extract': 'The host reads the text of PDFs in the workspace of the run.',
  'pdf.info': 'The host reads title, author and the like of PDFs in the workspace of the run.',
  'pdf.merge': 'The host joins PDFs in the workspace of the run into a new one.',
  'zip.create': 'The host packs files in the workspace of the run into an archive.',
  'zip.extract': 'The host unpacks archives into the workspace of the run.',
  'zip.list': 'The host lists what is in archives in the workspace of the run.',
}
