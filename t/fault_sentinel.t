# Redis with Sentinel, whose master changes on demand, dies or stands still, and whose sentinels die: nobody waits for long,
# nobody passes who must not, and all is as before once there is a master again.
use FindBin;
use lib "$FindBin::Bin/lib";
use Faults;
use Kit;
use Sentinels;

my $fleet = Sentinels->new;
my $faults = Faults->new(fleet => $fleet);
my $master;

# What it held is known to the next master, and the one before follows that.
sub settled { $_->pid or $_->start for $fleet->servers, $fleet->sentinels; $fleet->settle; $master = $fleet->master }

settled();
$faults->endures('another master on demand', begin => sub { $fleet->fail_over }, end => sub { });
settled();
$faults->endures('the master dies', begin => sub { $master->kill }, end => sub { $fleet->wait_for_other($master) },
    deaf => 1);
settled();
$faults->endures('the master stands still', begin => sub { $master->pause }, end => sub { $fleet->wait_for_other($master) },
    deaf => 1);
$master->resume;
settled();
$faults->endures('a master that stood still comes back', begin => sub {
        $master->pause;
        $fleet->wait_for_other($master);
        $master->resume;
    }, end => sub { });
settled();
my ($sentinel) = $fleet->sentinels;
$faults->endures('a sentinel dies', begin => sub { $sentinel->kill }, end => sub { $sentinel->start });

done;
