# Replies of Redis that come broken, in pieces, or are none: nobody waits for long, nobody passes who must not, and all is
# as before when it is over.
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Kit;

my $faults = Faults->new;
my $proxy = $faults->proxy;

for my $fault (
    ['single bytes', 'bytes'],
    ['truncated', 'truncate', 3],
    ['garbage', 'garbage', "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ['an endless line', 'garbage', '+' . 'x' x 100_000],
    ['too many replies', 'garbage', "\$-1\r\n" x 20],
    ['errors', 'garbage', "-ERR no\r\n" x 3],
) {
    my ($name, @mode) = @$fault;
    $faults->endures($name, begin => sub { $proxy->mode(@mode) }, end => sub { $proxy->mode('pass') });
}

done;
