"""What is kept for a time and then cleared away: uploads, PDFs, failed rows, ended work, failed jobs, sign-ins."""
