# A network before Redis that is slow, swallows, breaks off or says nothing: nobody waits for long, nobody passes who must
# not, and all is as before when it is over.
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Kit;

my $faults = Faults->new;
my $proxy = $faults->proxy;

for my $fault (
    ['slower than the timeout', 'delay', 600],
    ['about as slow as the timeout', 'jitter', 200, 400],
    ['replies are lost', 'drop'],
    ['accepts and says nothing', 'silent'],
    ['closes at each command', 'close'],
    ['half closed', 'half_close'],
    ['refuses', 'refuse'],
) {
    my ($name, @mode) = @$fault;
    $faults->endures($name, begin => sub { $proxy->mode(@mode) }, end => sub { $proxy->mode('pass') });
}
$faults->endures('resets', begin => sub { $proxy->cut }, end => sub { $proxy->cut }, seconds => 0.5);

done;
